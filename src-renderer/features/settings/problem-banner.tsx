import type { ReactElement } from 'react';
import { explainCode, gapAfter, joinSentences } from '../../locale/index.ts';
import { Banner, type BannerProps } from '../../ui/index.ts';
import styles from './settings.module.css';

export type ProblemBannerProps = Readonly<{
  /** Code of the problem; null for none. */
  code: string | null;
  tone?: BannerProps['tone'];
  /** Button that solves it. */
  action?: BannerProps['action'];
}>;

/**
 * Banner that explains the problem of a setting: what failed, why, and the next step. Renders nothing without a problem. Used by several sections.
 */
export function ProblemBanner({ code, tone = 'warning', action }: ProblemBannerProps): ReactElement | null {
  if (code === null) return null;
  const { what, why, next } = explainCode(code, code);
  return (
    <div className={styles['banner']}>
      <Banner tone={tone} action={action}>
        <strong>{what}</strong>
        {gapAfter(what)}
        {joinSentences(why, next)}
      </Banner>
    </div>
  );
}
