export { createDiagnostics, type DiagnosticsModule } from './module.ts';
export { Pseudonyms } from './pseudonyms.ts';
export { writeReport } from './report.ts';
