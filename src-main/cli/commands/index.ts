import { addAdd } from './add.ts';
import { addApprovals } from './approvals.ts';
import { addAudit } from './audit.ts';
import { addCompletion } from './completion.ts';
import { addConfig } from './config.ts';
import { addConnect } from './connect.ts';
import { addHistory } from './history.ts';
import { addDiagnose } from './diagnose.ts';
import { addDiscover } from './discover.ts';
import { addList } from './list.ts';
import { addNetwork } from './network.ts';
import { addNode } from './node.ts';
import { addPair } from './pair.ts';
import { addPath } from './path.ts';
import { addPause, addResume } from './pause.ts';
import { addDevices } from './devices.ts';
import { addGateway } from './gateway.ts';
import { addNodes } from './nodes.ts';
import { addRequests } from './requests.ts';
import { addForget, addRename, addSafetyNumber } from './peers.ts';
import { addPing } from './ping.ts';
import { addOwn } from './own.ts';
import { addPrompt } from './prompt.ts';
import type { Registration } from './registry.ts';
import { addRecordings } from './recordings.ts';
import { addRelay } from './relay.ts';
import { addRemote } from './remote.ts';
import { addRights } from './rights.ts';
import { addRun } from './run.ts';
import { addService } from './service.ts';
import { addShare } from './share.ts';
import { addStatus } from './status.ts';
import { addStop } from './stop.ts';
import { addTargets } from './targets.ts';
import { addTerminals } from './terminals.ts';
import { addUi } from './ui.ts';
import { addWatch } from './watch.ts';
import { addWorkflows } from './workflows.ts';

export type { Registration, Run, Work } from './registry.ts';

/** All commands, in the order and under the headings of the help. */
export const COMMAND_GROUPS: readonly (readonly [heading: string, commands: readonly Registration[]])[] = [
  [
    'Machines:',
    [
      addPair,
      addAdd,
      addDiscover,
      addList,
      addConnect,
      addPing,
      addPath,
      addTerminals,
      addShare,
      addWatch,
      addRecordings,
      addRelay,
    ],
  ],
  [
    'Trust:',
    [addRights, addTargets, addOwn, addApprovals, addSafetyNumber, addRename, addForget, addHistory, addAudit],
  ],
  ['OpenClaw:', [addGateway, addRequests, addDevices, addNodes, addNode, addPrompt, addRemote, addWorkflows]],
  [
    'This machine:',
    [
      addUi,
      addRun,
      addStatus,
      addStop,
      addPause,
      addResume,
      addService,
      addConfig,
      addNetwork,
      addDiagnose,
      addCompletion,
    ],
  ],
];
