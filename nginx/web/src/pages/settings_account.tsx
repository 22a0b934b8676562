/* One's account: name, address, what only its owner sees, all of it as a file,
 * and its end. */
import { api } from '../core/api';
import { me, setMe } from '../core/session';
import type { User } from '../core/types';
import { t } from '../core/words';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { Form, type FormValues } from '../ui/Form';
import { Leave } from '../ui/Leave';
import { OwnData } from '../ui/OwnData';
import { PrivateForm } from '../ui/PrivateForm';
import { SettingsFrame } from '../ui/SettingsFrame';
import { tell, tellError } from '../ui/Toast';

async function save(values: FormValues): Promise<void> {
	const body: FormValues = { username: values['username'] ?? '' };
	if (values['email'] !== me.value?.email) {
		body['email'] = values['email'] ?? '';
		body['password'] = values['password'] ?? '';
	}
	const { username, email, email_verified } =
		await api<User>('PATCH', 'rest-auth/user', { body });
	setMe({ username, email, email_verified });
	tell(t('settings.saved'));
}

export default function AccountSettings() {
	return <SettingsFrame title={t('account')}>
		{me.value && <Account user={me.value} />}
		<section class="box">
			<h2>{t('private')}</h2>
			<PrivateForm />
		</section>
		<OwnData />
		<Leave />
	</SettingsFrame>;
}

function Account({ user }: { user: User }) {
	const again = () => api('POST', 'rest-auth/registration/resend-email')
		.then(() => tell(t('verify.sent')), tellError);
	return <section class="box">
		<h2>{t('settings.name')}</h2>
		{user.email_verified === false && <div class="notice">
			<p>{t('verify.not_yet')}</p>
			<Button onClick={again}>{t('verify.again')}</Button>
		</div>}
		<Form button={t('save.changes')} send={save}>
			{(errors) => <>
				<Field name="username" label={t('field.username')} required
					defaultValue={user.username} autocomplete="username"
					errors={errors['username']} />
				<Field name="email" type="email" label={t('field.email')}
					defaultValue={user.email} autocomplete="email"
					errors={errors['email']} required />
				<Field name="password" type="password"
					label={t('field.password')} hint={t('settings.email.hint')}
					autocomplete="current-password"
					errors={errors['password']} />
			</>}
		</Form>
	</section>;
}
