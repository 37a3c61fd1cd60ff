import type { ReactNode } from 'react';
import type { AppHandlers, ShellHandlers } from '#shared/app-api/index.ts';
import type { AppState } from '../store/index.ts';

/** Answers of the agent and the application; every call is checked against the contract. */
export type StoryAnswers = Partial<AppHandlers> & Partial<ShellHandlers>;

/** One state of a component or screen. */
export type Story = Readonly<{
  /** `area/name`; opened by `stories.html#area/name`. */
  name: string;
  render(): ReactNode;
  /** Added to `INITIAL_STATE` with a ready connection. */
  state?: Partial<AppState>;
  /** Calls without an answer are answered from `state`, or rejected. */
  answers?: StoryAnswers;
  /** `page`: with the margins of a page. `none`: fills the window. */
  frame?: 'page' | 'none';
}>;
