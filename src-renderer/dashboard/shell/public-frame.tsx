import type { ReactElement, ReactNode } from 'react';
import { text } from '../../locale/index.ts';
import { Brand, classes } from '../../ui/index.ts';
import { UpdateNotice } from '../installed/index.ts';
import { Link } from '../router/index.ts';
import { Footer } from './footer.tsx';
import styles from './public-frame.module.css';

/** Frame of pages that are shown without an account: the product's name, the page in a narrow column, and the footer. */
export function PublicFrame({
  isWide = false,
  children,
}: Readonly<{ isWide?: boolean; children: ReactNode }>): ReactElement {
  return (
    <div className={styles['frame']}>
      <header className={styles['header']}>
        <Link to={{ page: 'home' }} className={styles['brand']}>
          <Brand />
          {text('site.name')}
        </Link>
      </header>
      <main id="content" tabIndex={-1} className={classes(styles['main'], isWide && styles['wide'])}>
        <UpdateNotice />
        {children}
      </main>
      <Footer />
    </div>
  );
}
