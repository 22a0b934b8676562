/* Removing one's account, with the password. */
import { useSignal } from '@preact/signals';
import { api } from '../core/api';
import { go } from '../core/router';
import { logOut } from '../core/session';
import { t } from '../core/words';
import { forgetFeeds } from '../grid/feed';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { Field } from './Field';
import { Form, type FormValues } from './Form';
import { tell } from './Toast';

async function leave(values: FormValues): Promise<void> {
	await api('DELETE', 'users/me',
		{ body: { password: values['password'] ?? '' } });
	await logOut();
	forgetFeeds();
	go('/', true);
	tell(t('leave.done'));
}

export function Leave() {
	const asked = useSignal(false);
	return <section class="box">
		<h2>{t('leave')}</h2>
		<p>{t('leave.text')}</p>
		<Button kind="danger" onClick={() => { asked.value = true; }}>
			{t('leave.ask')}</Button>
		{asked.value && <Dialog title={t('leave.title')}
			onClose={() => { asked.value = false; }}>
			<p class="dialog-text">{t('leave.sure')}</p>
			<Form button={t('leave.button')} send={leave}>
				{(errors) => <Field name="password" id="leave-password" required
					type="password"
					label={t('leave.password')} autocomplete="current-password"
					errors={errors['password']} />}
			</Form>
		</Dialog>}
	</section>;
}
