export {
  keptAccount,
  keptMachines,
  onSavedPeers,
  openPageStore,
  removeKept,
  type KeptMachine,
  type PageStore,
} from './page-store.ts';
