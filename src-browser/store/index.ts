export { keptAccount, keptNames, openPageStore, removeKept, type PageStore } from './page-store.ts';
