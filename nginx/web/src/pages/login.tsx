/* Log in. */
import { go, place } from '../core/router';
import { useTitle } from '../core/title';
import { t } from '../core/words';
import { forgetFeeds } from '../grid/feed';
import { LoginForm } from '../ui/LoginForm';

export default function Login() {
	useTitle(t('login'));
	const to = place.value?.query.get('next') ?? '/';
	return <section class="narrow box">
		<h1>{t('login')}</h1>
		<LoginForm then={() => {
			forgetFeeds();
			go(/^\/(?![/\\])/.test(to) ? to : '/', true);
		}} />
	</section>;
}
