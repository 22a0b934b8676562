/* Confirms an address with the key from the mail. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, asApiError } from '../core/api';
import { place } from '../core/router';
import { setMe } from '../core/session';
import { useTitle } from '../core/title';
import { t } from '../core/words';

export default function Verify() {
	useTitle(t('verify.title'));
	const said = useSignal(t('verify.wait'));
	useEffect(() => {
		const key = place.value?.query.get('key') ?? '';
		api('POST', 'rest-auth/registration/verify-email', { body: { key } })
			.then(() => {
				said.value = t('verify.done');
				setMe({ email_verified: true });
			}, (e) => { said.value = asApiError(e).message; });
	}, []);
	return <section class="narrow box">
		<h1>{t('verify.title')}</h1>
		<p role="status">{said.value}</p>
		<a class="button primary" href="/">{t('missing.home')}</a>
	</section>;
}
