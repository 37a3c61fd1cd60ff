export { forgetProjects, leaveProject } from './kept-projects.ts';
export { LostProjects } from './lost-projects.tsx';
