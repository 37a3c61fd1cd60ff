export { createDiagnostics, type DiagnosticsModule } from './module.ts';
export { Pseudonyms } from './pseudonyms.ts';
export { writeJsonReport, writeReport } from './report.ts';
