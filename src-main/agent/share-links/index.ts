export { createShareLinks, type ShareLinksDependencies } from './module.ts';
