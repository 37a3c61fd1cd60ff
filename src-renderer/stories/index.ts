export {
  EXAMPLE_FACTS,
  EXAMPLE_PEERS,
  EXAMPLE_RELAY,
  EXAMPLE_STATUS,
  exampleApproval,
  examplePeer,
  examplePeerId,
} from './examples/index.ts';
export { Pressing, type Press } from './pressing.tsx';
export type { Story, StoryAnswers } from './story.ts';
