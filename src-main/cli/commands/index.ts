import type { Registration } from './registry.ts';

export type { Registration, Run, Work } from './registry.ts';
export { formatHelpItem } from './registry.ts';

/**
 * A command: its names, and a function that imports the module that registers it. The main help leaves out hidden
 * commands.
 */
export type KnownCommand = Readonly<{
  names: readonly string[];
  load: () => Promise<Registration>;
  isHidden?: boolean;
}>;

/**
 * All commands, in the order and under the headings of `clawreach help --all`. Used by program.ts, which loads only the
 * modules that a command line needs.
 */
export const COMMAND_GROUPS: readonly (readonly [heading: string, commands: readonly KnownCommand[]])[] = [
  [
    'Machines:',
    [
      { names: ['pair'], load: async () => (await import('./machines/pair.ts')).addPair },
      { names: ['add'], load: async () => (await import('./machines/add.ts')).addAdd },
      { names: ['discover'], load: async () => (await import('./machines/discover.ts')).addDiscover },
      { names: ['list', 'ls'], load: async () => (await import('./machines/list.ts')).addList },
      { names: ['connect'], load: async () => (await import('./terminals/connect.ts')).addConnect },
      { names: ['run-saved'], load: async () => (await import('./saved/run-saved.ts')).addRunSaved },
      { names: ['saved'], load: async () => (await import('./saved/saved.ts')).addSaved },
      { names: ['ping'], load: async () => (await import('./machines/ping.ts')).addPing },
      { names: ['wake'], load: async () => (await import('./machines/wake.ts')).addWake },
      { names: ['path'], load: async () => (await import('./machines/path.ts')).addPath },
      { names: ['terminals'], load: async () => (await import('./terminals/terminals.ts')).addTerminals },
      { names: ['share'], load: async () => (await import('./terminals/share.ts')).addShare },
      { names: ['watch'], load: async () => (await import('./terminals/watch.ts')).addWatch },
      { names: ['recordings'], load: async () => (await import('./terminals/recordings.ts')).addRecordings },
      { names: ['send'], load: async () => (await import('./files/send.ts')).addSend },
      { names: ['receive'], load: async () => (await import('./files/receive.ts')).addReceive },
      { names: ['files'], load: async () => (await import('./files/files.ts')).addFiles },
      { names: ['transfers'], load: async () => (await import('./files/transfers.ts')).addTransfers },
      { names: ['plain-relay'], load: async () => (await import('./machines/plain-relay.ts')).addPlainRelay },
      { names: ['proxy'], load: async () => (await import('./forward/proxy.ts')).addProxy },
      { names: ['nc'], load: async () => (await import('./forward/proxy.ts')).addNc },
      { names: ['ssh-config'], load: async () => (await import('./machines/ssh-config.ts')).addSshConfig },
      { names: ['forward'], load: async () => (await import('./forward/forward.ts')).addForwardGroup },
      { names: ['relay'], load: async () => (await import('./forward/forward.ts')).addRelayAlias, isHidden: true },
    ],
  ],
  [
    'Trust:',
    [
      { names: ['confirm'], load: async () => (await import('./machines/confirm.ts')).addConfirm },
      { names: ['rights'], load: async () => (await import('./machines/rights.ts')).addRights },
      { names: ['targets'], load: async () => (await import('./machines/targets.ts')).addTargets },
      { names: ['introduce'], load: async () => (await import('./machines/introduce.ts')).addIntroduce },
      { names: ['own'], load: async () => (await import('./machines/my-device.ts')).addMyDevice },
      { names: ['approvals'], load: async () => (await import('./machines/approvals.ts')).addApprovals },
      { names: ['safety-number'], load: async () => (await import('./machines/peers.ts')).addSafetyNumber },
      { names: ['rename'], load: async () => (await import('./machines/peers.ts')).addRename },
      { names: ['group'], load: async () => (await import('./machines/group.ts')).addGroup },
      { names: ['readmit'], load: async () => (await import('./machines/readmit.ts')).addReadmit },
      { names: ['forget'], load: async () => (await import('./machines/peers.ts')).addForget },
      { names: ['history'], load: async () => (await import('./agent/history.ts')).addHistory },
      { names: ['audit'], load: async () => (await import('./agent/audit.ts')).addAudit },
    ],
  ],
  [
    'Agents:',
    [
      { names: ['message'], load: async () => (await import('./messages/message.ts')).addMessage },
      { names: ['agent'], load: async () => (await import('./messages/agent.ts')).addAgent },
      { names: ['mcp'], load: async () => (await import('./mcp/mcp.ts')).addMcp },
    ],
  ],
  [
    'OpenClaw:',
    [
      { names: ['gateway'], load: async () => (await import('./gateway/gateway.ts')).addGateway },
      { names: ['requests'], load: async () => (await import('./openclaw/requests.ts')).addRequests },
      { names: ['devices'], load: async () => (await import('./gateway/devices.ts')).addDevices },
      { names: ['nodes'], load: async () => (await import('./gateway/nodes.ts')).addNodes },
      { names: ['node'], load: async () => (await import('./openclaw/node.ts')).addNode },
      { names: ['prompt'], load: async () => (await import('./openclaw/prompt.ts')).addPrompt },
      { names: ['remote'], load: async () => (await import('./openclaw/remote.ts')).addRemote },
      { names: ['workflows'], load: async () => (await import('./openclaw/workflows.ts')).addWorkflows },
    ],
  ],
  [
    'This machine:',
    [
      { names: ['ui'], load: async () => (await import('./agent/ui.ts')).addUi },
      { names: ['run'], load: async () => (await import('./agent/run.ts')).addRun },
      { names: ['status'], load: async () => (await import('./agent/status.ts')).addStatus },
      { names: ['stop'], load: async () => (await import('./agent/stop.ts')).addStop },
      { names: ['pause'], load: async () => (await import('./agent/pause.ts')).addPause },
      { names: ['resume'], load: async () => (await import('./agent/pause.ts')).addResume },
      { names: ['service'], load: async () => (await import('./agent/service.ts')).addService },
      { names: ['config'], load: async () => (await import('./agent/config.ts')).addConfig },
      { names: ['relay-server'], load: async () => (await import('./agent/relay-server.ts')).addRelayServer },
      { names: ['check-page'], load: async () => (await import('./agent/check-page.ts')).addCheckPage },
      { names: ['account'], load: async () => (await import('./agent/account.ts')).addAccount },
      { names: ['network'], load: async () => (await import('./agent/network.ts')).addNetwork },
      { names: ['diagnose'], load: async () => (await import('./agent/diagnose.ts')).addDiagnose },
      { names: ['completion', 'complete'], load: async () => (await import('./completion.ts')).addCompletion },
    ],
  ],
];
