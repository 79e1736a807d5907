//! Earthdata login: from what the user has set up to what opens a granule.
//!
//! ```text
//! EARTHDATA_TOKEN                       ┐
//! EARTHDATA_USERNAME, EARTHDATA_PASSWORD ├─► Login ─► Bearer ─► https:// links
//! netrc, machine urs.earthdata.nasa.gov ┘              └─────► S3Credentials ─► s3:// links
//! ```
//!
//! [`Earthdata`] does all of it, each step when it is first needed and no sooner: a program that reads files
//! of its own machine never looks for a login. What is secret is held in types that do not show it, and is
//! sent to the servers that [`Endpoints`] names and to no others.
//!
//! ```
//! use zagg_catalog::login::{Earthdata, Endpoints, LoginError, Variables};
//!
//! let nobody = Variables::of([("HOME", "/nowhere")]);
//! let earthdata = Earthdata::new(Endpoints::default(), nobody);
//! assert!(matches!(earthdata.login(), Err(LoginError::None { .. })));
//! assert_eq!(earthdata.endpoints().provider_of("nsidc-cumulus-prod-protected").unwrap().name, "NSIDC");
//! assert!(earthdata.endpoints().provider_of("a-bucket-of-mine").is_none());
//! # Ok::<(), LoginError>(())
//! ```

mod bearer;
mod cookies;
mod earthdata;
mod endpoints;
mod error;
mod found;
mod http;
mod netrc;
mod s3_credentials;
mod s3_request;
mod said;
mod variables;

pub use bearer::Bearer;
pub use earthdata::Earthdata;
pub use endpoints::{Endpoints, Provider};
pub use error::LoginError;
pub use found::Login;
pub use s3_credentials::{Held, Refusal, S3Credentials};
pub use said::{said, unreached};
pub use variables::Variables;
