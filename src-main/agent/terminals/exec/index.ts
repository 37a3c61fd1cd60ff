export { ExecChannels } from './channels.ts';
export { createExecHandlers } from './handlers.ts';
export { ExecConnection, openExec, type OpenExecOptions, type OpenExecParams } from './client.ts';
export type { ExecExit, ExecProcess, ExecRequest, OutputPipe, StartExec } from './process.ts';
export { ExecService, NOMINAL_SIZE, type ExecServiceOptions } from './service.ts';
export { startExec } from './start-exec.ts';
