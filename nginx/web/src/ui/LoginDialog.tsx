/* Asks for the login that something needs, which then goes on. */
import { useEffect } from 'preact/hooks';
import { place } from '../core/router';
import { waiting } from '../core/session';
import { t } from '../core/words';
import { Dialog } from './Dialog';
import { LoginForm } from './LoginForm';

export default function LoginDialog() {
	const close = () => { waiting.value = null; };
	const path = place.value?.path;
	useEffect(() => () => {
		if (place.value?.path !== path)
			close();
	}, [path]);
	return <Dialog title={t('login.first')} onClose={close}>
		<LoginForm then={close} />
	</Dialog>;
}
