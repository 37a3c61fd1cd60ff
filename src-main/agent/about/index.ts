export {
  systemParams,
  requestSystem,
  isSystemRequest,
  serveSystem,
  systemOf,
  type AboutAnswer,
  type MachineFacts,
  type NamedEnds,
  type NamedRights,
} from './about.ts';
export { ownFacts, type OwnFactsOptions } from './own-facts.ts';
