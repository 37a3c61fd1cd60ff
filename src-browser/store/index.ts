export {
  keptAccount,
  keptMachines,
  openPageStore,
  removeKept,
  type KeptMachines,
  type PageStore,
} from './page-store.ts';
