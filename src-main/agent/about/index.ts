export { askAbout, isAbout, OWN_SYSTEM, serveAbout } from './about.ts';
