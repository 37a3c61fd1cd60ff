import type { ReactNode } from 'react';
import type { AppHandlers, ShellHandlers } from '#shared/app-api/index.ts';
import type { AppState } from '../store/index.ts';

/** Answers of the agent and the shell to calls. The server checks every answer against the contract. */
export type StoryAnswers = Partial<AppHandlers> & Partial<ShellHandlers>;

/** Name of an empty page, from which a story can be opened afresh without drawing the list of all stories first. */
export const NO_STORY = '-';

/** One state of a component or page, for development, pictures and integration tests. */
export type Story = Readonly<{
  /** Name in the form `area/name`; the address `stories.html#area/name` opens the story. */
  name: string;
  /** Renders the component. */
  render(): ReactNode;
  /** State of the store, added to `INITIAL_STATE` with a ready connection. */
  state?: Partial<AppState>;
  /** Answers to calls. A call without an answer here is answered from `state`, or rejected. */
  answers?: StoryAnswers;
  /** Frame around the component. `page`: with the margins of a page. `none`: fills the window. */
  frame?: 'page' | 'none';
}>;
