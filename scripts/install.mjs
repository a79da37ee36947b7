// Installs what is missing, and nothing else.
import { ready } from './project.mjs';

ready();
