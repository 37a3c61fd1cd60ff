import type { MachineRun } from './saved-run.ts';

/** Returns the results as the command line writes them with `run-saved --json`: an array with an object for each machine. Pure. */
export function resultsAsJson(runs: readonly MachineRun[]): string {
  const results = runs.map(({ peer, result }) => {
    const { peer: _machine, error: _shown, ...rest } = result ?? NOT_STARTED;
    return { machine: peer.name, peerId: peer.peerId, ...rest };
  });
  return `${JSON.stringify(results, null, 2)}\n`;
}

/** Result of a run that was stopped before it was its machine's turn. */
const NOT_STARTED = {
  peer: undefined,
  error: undefined,
  exitCode: null,
  signal: null,
  code: 'control.cancelled',
  duration: 0,
  stdout: '',
  stderr: '',
  isCut: false,
} as const;
