export { durationText } from './duration-text.ts';
export { projectName } from './project-name.ts';
