/* Stands where a page needs a login. */
import lock from 'icon:lock';
import { t } from '../core/words';
import { EmptyState } from './State';

export function LoginFirst() {
	const next = encodeURIComponent(location.pathname);
	return <EmptyState icon={lock} title={t('login.first')}>
		<div class="buttons">
			<a class="button primary" href={`/login?next=${next}`}>
				{t('login')}</a>
			<a class="button plain" href="/signup">{t('signup')}</a>
		</div>
	</EmptyState>;
}
