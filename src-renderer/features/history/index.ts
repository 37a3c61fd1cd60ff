export { Activity, HistoryPage, type ActivityProps } from './history-page.tsx';
