import { FIRST_RUN_STORIES } from '../features/first-run/first-run.stories.tsx';
import { PAIRING_STORIES } from '../features/pairing/pairing.stories.tsx';
import { APPROVALS_STORIES } from '../features/approvals/approvals.stories.tsx';
import { REQUESTS_STORIES } from '../features/approvals/requests.stories.tsx';
import { PATHS_STORIES } from '../features/peers/paths.stories.tsx';
import { PEERS_STORIES } from '../features/peers/peers.stories.tsx';
import { TARGETS_STORIES } from '../features/peers/targets.stories.tsx';
import { APP_STORIES } from '../app/app.stories.tsx';
import { WINDOW_TERMINALS_STORIES } from '../app/terminals.stories.tsx';
import { FORWARDS_STORIES } from '../features/forwards/forwards.stories.tsx';
import { GATEWAYS_STORIES } from '../features/gateways/gateways.stories.tsx';
import { REMOTES_STORIES } from '../features/remotes/remotes.stories.tsx';
import { SETTINGS_STORIES } from '../features/settings/settings.stories.tsx';
import { TERMINALS_STORIES } from '../features/terminals/terminals.stories.tsx';
import type { Story } from './story.ts';
import { UI_STORIES } from './ui.stories.tsx';

export {
  EXAMPLE_FACTS,
  EXAMPLE_PEERS,
  EXAMPLE_RELAY,
  EXAMPLE_STATUS,
  exampleApproval,
  examplePeer,
  examplePeerId,
} from './examples/index.ts';
export type { Story, StoryAnswers } from './story.ts';

/** Every story there is; one line an area. */
export const STORIES: readonly Story[] = [
  ...APP_STORIES,
  ...WINDOW_TERMINALS_STORIES,
  ...UI_STORIES,
  ...FIRST_RUN_STORIES,
  ...PAIRING_STORIES,
  ...PEERS_STORIES,
  ...PATHS_STORIES,
  ...TARGETS_STORIES,
  ...FORWARDS_STORIES,
  ...APPROVALS_STORIES,
  ...REQUESTS_STORIES,
  ...GATEWAYS_STORIES,
  ...REMOTES_STORIES,
  ...SETTINGS_STORIES,
  ...TERMINALS_STORIES,
];
