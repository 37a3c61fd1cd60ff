export { DocsPage } from './docs-page.tsx';
export { ProjectLink } from './project-link.tsx';
