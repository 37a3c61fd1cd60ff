import type { Registration } from './registry.ts';

export type { Registration, Run, Work } from './registry.ts';

/** A command: the words that call it, and its registration, whose module is loaded only when it is needed. */
export type KnownCommand = Readonly<{ names: readonly string[]; load: () => Promise<Registration> }>;

/** All commands, in the order and under the headings of the help. */
export const COMMAND_GROUPS: readonly (readonly [heading: string, commands: readonly KnownCommand[]])[] = [
  [
    'Machines:',
    [
      { names: ['pair'], load: async () => (await import('./pair.ts')).addPair },
      { names: ['add'], load: async () => (await import('./add.ts')).addAdd },
      { names: ['discover'], load: async () => (await import('./discover.ts')).addDiscover },
      { names: ['list', 'ls'], load: async () => (await import('./list.ts')).addList },
      { names: ['connect'], load: async () => (await import('./connect.ts')).addConnect },
      { names: ['ping'], load: async () => (await import('./ping.ts')).addPing },
      { names: ['path'], load: async () => (await import('./path.ts')).addPath },
      { names: ['terminals'], load: async () => (await import('./terminals.ts')).addTerminals },
      { names: ['share'], load: async () => (await import('./share.ts')).addShare },
      { names: ['watch'], load: async () => (await import('./watch.ts')).addWatch },
      { names: ['recordings'], load: async () => (await import('./recordings.ts')).addRecordings },
      { names: ['relay'], load: async () => (await import('./relay.ts')).addRelay },
    ],
  ],
  [
    'Trust:',
    [
      { names: ['confirm'], load: async () => (await import('./confirm.ts')).addConfirm },
      { names: ['rights'], load: async () => (await import('./rights.ts')).addRights },
      { names: ['targets'], load: async () => (await import('./targets.ts')).addTargets },
      { names: ['own'], load: async () => (await import('./own.ts')).addMyDevice },
      { names: ['approvals'], load: async () => (await import('./approvals.ts')).addApprovals },
      { names: ['safety-number'], load: async () => (await import('./peers.ts')).addSafetyNumber },
      { names: ['rename'], load: async () => (await import('./peers.ts')).addRename },
      { names: ['forget'], load: async () => (await import('./peers.ts')).addForget },
      { names: ['history'], load: async () => (await import('./history.ts')).addHistory },
      { names: ['audit'], load: async () => (await import('./audit.ts')).addAudit },
    ],
  ],
  [
    'OpenClaw:',
    [
      { names: ['gateway'], load: async () => (await import('./gateway.ts')).addGateway },
      { names: ['requests'], load: async () => (await import('./requests.ts')).addRequests },
      { names: ['devices'], load: async () => (await import('./devices.ts')).addDevices },
      { names: ['nodes'], load: async () => (await import('./nodes.ts')).addNodes },
      { names: ['node'], load: async () => (await import('./node.ts')).addNode },
      { names: ['prompt'], load: async () => (await import('./prompt.ts')).addPrompt },
      { names: ['remote'], load: async () => (await import('./remote.ts')).addRemote },
      { names: ['workflows'], load: async () => (await import('./workflows.ts')).addWorkflows },
    ],
  ],
  [
    'This machine:',
    [
      { names: ['ui'], load: async () => (await import('./ui.ts')).addUi },
      { names: ['run'], load: async () => (await import('./run.ts')).addRun },
      { names: ['status'], load: async () => (await import('./status.ts')).addStatus },
      { names: ['stop'], load: async () => (await import('./stop.ts')).addStop },
      { names: ['pause'], load: async () => (await import('./pause.ts')).addPause },
      { names: ['resume'], load: async () => (await import('./pause.ts')).addResume },
      { names: ['service'], load: async () => (await import('./service.ts')).addService },
      { names: ['config'], load: async () => (await import('./config.ts')).addConfig },
      { names: ['network'], load: async () => (await import('./network.ts')).addNetwork },
      { names: ['diagnose'], load: async () => (await import('./diagnose.ts')).addDiagnose },
      { names: ['completion', 'complete'], load: async () => (await import('./completion.ts')).addCompletion },
    ],
  ],
];
