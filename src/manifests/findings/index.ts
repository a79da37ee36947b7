export { reportFindings } from './report-findings.js';
