export { SkillPage } from './skill-page.tsx';
