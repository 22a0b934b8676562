/* Swagger UI of the site's API.  Calls made here count as calls of the
 * application: who is logged in in this browser is logged in here. */
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';

SwaggerUI({
	url: '/api/openapi.json',
	dom_id: '#docs',
	deepLinking: true,
	validatorUrl: null,
	docExpansion: 'none',
	requestInterceptor(asked) {
		asked.headers['X-Requested-With'] = 'pinwall';
		return asked;
	},
});
