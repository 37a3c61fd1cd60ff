import { FIRST_RUN_STORIES } from '../features/first-run/first-run.stories.tsx';
import { PAIRING_STORIES } from '../features/pairing/pairing.stories.tsx';
import { APPROVALS_STORIES } from '../features/approvals/approvals.stories.tsx';
import { PEERS_STORIES } from '../features/peers/peers.stories.tsx';
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
} from './examples.ts';
export type { Story, StoryAnswers } from './story.ts';

/** Every story there is; one line an area. */
export const STORIES: readonly Story[] = [
  ...UI_STORIES,
  ...FIRST_RUN_STORIES,
  ...PAIRING_STORIES,
  ...PEERS_STORIES,
  ...APPROVALS_STORIES,
];
