import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { showOpenClaw } from '../../../store/index.ts';
import { SubjectHead as Head, type SubjectHeadProps as HeadProps } from '../../../ui/index.ts';

/** ID of the heading, which names the section. */
export const SUBJECT_TITLE = 'openclaw-subject';

export type SubjectHeadProps = Pick<HeadProps, 'title' | 'about' | 'actions'> &
  Readonly<{
    /** Goes back; by default to the list, where the window is too narrow for both. */
    back?: Readonly<{ label: string; onBack(): void }> | undefined;
  }>;

/** Head of the subject beside the list of the page OpenClaw. */
export function SubjectHead({ back, ...rest }: SubjectHeadProps): ReactElement {
  return (
    <Head
      {...rest}
      id={SUBJECT_TITLE}
      back={
        back === undefined ? { label: text('openclaw.back'), onBack: () => showOpenClaw() } : { ...back, always: true }
      }
    />
  );
}
