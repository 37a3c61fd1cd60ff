export { OpenClawPage } from './openclaw-page.tsx';
