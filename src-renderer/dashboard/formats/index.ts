export { browserName, ownBrowserName, translateBrowserName } from './browser-name.ts';
export { durationText } from './duration-text.ts';
export { projectName } from './project-name.ts';
