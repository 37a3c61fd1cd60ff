/** Channel between the page in which a person picks files or places, and the agent that uses them. */
export {
  pickChannel,
  type FromPick,
  type MadeEntry,
  type PickedEntry,
  type PickedPlace,
  type ToPick,
} from './messages.ts';
