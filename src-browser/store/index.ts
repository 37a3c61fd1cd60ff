export { keptAccount, openPageStore, removeKept, type PageStore } from './page-store.ts';
