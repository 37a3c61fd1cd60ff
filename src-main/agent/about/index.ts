export {
  systemParams,
  requestSystem,
  isSystemRequest,
  OWN_SYSTEM,
  serveSystem,
  type AboutAnswer,
  type MachineFacts,
  type NamedRights,
} from './about.ts';
export { ownFacts, type OwnFactsOptions } from './own-facts.ts';
