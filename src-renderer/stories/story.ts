import type { ReactNode } from 'react';
import type { AppHandlers, ShellHandlers } from '#shared/app-api/index.ts';
import type { AppState } from '../store/index.ts';

/** Answers of the agent and the application; every call is checked against the contract. */
export type StoryAnswers = Partial<AppHandlers> & Partial<ShellHandlers>;

/** One state of a component or screen, to be seen alone. */
export type Story = Readonly<{
  /** `area/what it shows`; opened by `stories.html#area/what it shows`. */
  name: string;
  render(): ReactNode;
  /** On top of `INITIAL_STATE` with a connection that is ready. */
  state?: Partial<AppState>;
  /** What is not given is answered from `state`, or refused. */
  answers?: StoryAnswers;
  /** `page`: with the margins a page has in the window. `none`: it fills the window itself. */
  frame?: 'page' | 'none';
}>;
