/* Logging in, on its page and where something asks for it. */
import { logIn } from '../core/session';
import { t } from '../core/words';
import { Field } from './Field';
import { Form } from './Form';

export function LoginForm({ then }: { then: () => void }) {
	return <Form button={t('login')} send={async (values) => {
		await logIn(values['email'] ?? '', values['password'] ?? '');
		then();
	}} after={<p class="form-links">
		<a href="/forgot">{t('forgot.link')}</a>
		<span>{t('signup.ask')} <a href="/signup">{t('signup')}</a></span>
	</p>}>
		{(errors) => <>
			<Field name="email" type="email" label={t('field.email')}
				autocomplete="username" errors={errors['email']} required />
			<Field name="password" type="password" required
				label={t('field.password')} autocomplete="current-password"
				errors={errors['password']} />
		</>}
	</Form>;
}
