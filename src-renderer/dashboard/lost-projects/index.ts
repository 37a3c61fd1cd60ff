export { forgetProjects, keepProjects, leaveProject, type KeptProject } from './kept-projects.ts';
export { LostProjects } from './lost-projects.tsx';
