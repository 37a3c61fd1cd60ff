export { StepUpProvider } from './step-up.tsx';
