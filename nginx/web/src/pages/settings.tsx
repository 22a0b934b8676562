/* One's own settings: account, password, look and language. */
import { useSignal } from '@preact/signals';
import { api } from '../core/api';
import { me, setMe } from '../core/session';
import { chooseTheme, type Theme, theme } from '../core/theme';
import type { User } from '../core/types';
import { useTitle } from '../core/title';
import { chooseLanguage, isLanguage, language, t } from '../core/words';
import { AvatarField } from '../ui/AvatarField';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { Form, type FormValues } from '../ui/Form';
import { LoginFirst } from '../ui/LoginFirst';
import { tell, tellError } from '../ui/Toast';

async function saveAccount(values: FormValues): Promise<void> {
	const body: FormValues = { username: values['username'] ?? '' };
	if (values['email'] !== me.value?.email) {
		body['email'] = values['email'] ?? '';
		body['password'] = values['password'] ?? '';
	}
	setMe(await api<User>('PATCH', 'rest-auth/user', { body }));
	tell(t('settings.saved'));
}

async function savePassword(values: FormValues): Promise<void> {
	await api('POST', 'rest-auth/password/change', { body: {
		old_password: values['old_password'],
		new_password1: values['new_password'],
		new_password2: values['new_password'],
	} });
	tell(t('settings.password.done'));
}

export default function Settings() {
	useTitle(t('settings'));
	return <div class="narrow settings">
		<h1>{t('settings')}</h1>
		<Look />
		{me.value ? <>
			<Account user={me.value} />
			<Password />
		</> : me.value === null && <LoginFirst />}
	</div>;
}

function Look() {
	const now = useSignal<Theme>(theme());
	return <section class="box">
		<h2>{t('settings.look')}</h2>
		<div class="field"><label for="theme">{t('settings.theme')}</label>
			<select id="theme" value={now.value} onChange={(e) => {
				now.value = e.currentTarget.value as Theme;
				chooseTheme(now.value);
			}}>
				<option value="auto">{t('theme.auto')}</option>
				<option value="light">{t('theme.light')}</option>
				<option value="dark">{t('theme.dark')}</option>
			</select></div>
		<div class="field">
			<label for="language">{t('settings.language')}</label>
			<select id="language" value={language} onChange={(e) => {
				const wanted = e.currentTarget.value;
				if (isLanguage(wanted))
					chooseLanguage(wanted);
			}}>
				<option value="en" lang="en">English</option>
				<option value="ko" lang="ko">한국어</option>
			</select></div>
	</section>;
}

function Account({ user }: { user: User }) {
	const again = () => api('POST', 'rest-auth/registration/resend-email')
		.then(() => tell(t('verify.sent')), tellError);
	return <section class="box">
		<h2>{t('account')}</h2>
		{user.email_verified === false && <div class="notice">
			<p>{t('verify.not_yet')}</p>
			<Button onClick={again}>{t('verify.again')}</Button>
		</div>}
		<AvatarField user={user} />
		<Form button={t('save.changes')} send={saveAccount}>
			{(errors) => <>
				<Field name="username" label={t('field.username')} required
					defaultValue={user.username} autocomplete="username"
					errors={errors['username']} />
				<Field name="email" type="email" label={t('field.email')}
					defaultValue={user.email ?? ''} autocomplete="email"
					errors={errors['email']} required />
				<Field name="password" type="password"
					label={t('field.password')} hint={t('settings.email.hint')}
					autocomplete="current-password"
					errors={errors['password']} />
			</>}
		</Form>
	</section>;
}

function Password() {
	return <section class="box">
		<h2>{t('settings.password')}</h2>
		<Form button={t('settings.password.set')} send={savePassword} names={{
			new_password1: 'new_password', new_password2: 'new_password',
		}}>
			{(errors) => <>
				<Field name="old_password" type="password" required
					label={t('field.password.old')}
					autocomplete="current-password"
					errors={errors['old_password']} />
				<Field name="new_password" type="password" required
					label={t('field.password.new')} autocomplete="new-password"
					errors={errors['new_password']}
					hint={t('field.password.hint')} />
			</>}
		</Form>
	</section>;
}
