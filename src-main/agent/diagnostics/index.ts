export { Pseudonyms } from './pseudonyms.ts';
export { writeReport } from './report.ts';
