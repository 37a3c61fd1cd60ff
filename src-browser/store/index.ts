export { openPageStore, type PageStore } from './page-store.ts';
