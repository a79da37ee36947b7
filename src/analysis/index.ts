export type * from './report-document.js';
