export { TerminalsPage, type TerminalsPageProps } from './terminals-page.tsx';
