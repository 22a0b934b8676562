/* There is nothing at this address. */
import { useTitle } from '../core/title';
import { t } from '../core/words';

export default function Missing() {
	useTitle(t('missing.title'));
	return <div class="state">
		<p class="state-number" aria-hidden="true">404</p>
		<h1>{t('missing.title')}</h1>
		<p>{t('missing.text')}</p>
		<a class="button primary" href="/">{t('missing.home')}</a>
	</div>;
}
