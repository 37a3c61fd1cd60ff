export { aboutParams, askAbout, isAbout, OWN_SYSTEM, serveAbout } from './about.ts';
