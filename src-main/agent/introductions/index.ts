export { createIntroductions, type IntroductionsModule } from './module.ts';
export { isIntroduction } from './messages.ts';
