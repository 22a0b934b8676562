/* Make an account; the login follows at once. */
import { api } from '../core/api';
import { go } from '../core/router';
import { logIn } from '../core/session';
import { useTitle } from '../core/title';
import { t } from '../core/words';
import { Field } from '../ui/Field';
import { Form, type FormValues } from '../ui/Form';
import { tell } from '../ui/Toast';

async function signUp(values: FormValues): Promise<void> {
	const { email = '', username = '', password = '' } = values;
	await api('POST', 'rest-auth/registration/', {
		body: { email, username, password1: password, password2: password },
	});
	await logIn(email, password);
	tell(t('signup.mail', { email }));
	go('/', true);
}

export default function SignUp() {
	useTitle(t('signup'));
	return <section class="narrow box">
		<h1>{t('signup.title')}</h1>
		<Form button={t('signup')} send={signUp}
			names={{ password1: 'password', password2: 'password' }}
			after={<p class="form-links"><span>{t('login.ask')}{' '}
				<a href="/login">{t('login')}</a></span></p>}>
			{(errors) => <>
				<Field name="email" type="email" label={t('field.email')}
					autocomplete="email" errors={errors['email']} required />
				<Field name="username" label={t('field.username')}
					autocomplete="username" errors={errors['username']} required
					hint={t('field.username.hint')} maxLength={30} />
				<Field name="password" type="password" required
					label={t('field.password')} autocomplete="new-password"
					errors={errors['password']}
					hint={t('field.password.hint')} />
			</>}
		</Form>
	</section>;
}
