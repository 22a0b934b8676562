/* Asks for the login that something needs, which then goes on. */
import { useEffect } from 'preact/hooks';
import { place } from '../core/router';
import { stopWaiting } from '../core/session';
import { t } from '../core/words';
import { Dialog } from './Dialog';
import { LoginForm } from './LoginForm';

export default function LoginDialog() {
	const path = place.value?.path;
	useEffect(() => () => {
		if (place.value?.path !== path)
			stopWaiting();
	}, [path]);
	return <Dialog title={t('login.first')} onClose={stopWaiting}>
		<LoginForm then={() => undefined} />
	</Dialog>;
}
