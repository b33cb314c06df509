'use strict';
// Reads and writes agreements and additions with the connectwise-rest client and
// prints what it saw as one JSON document. Settings come from the environment:
// SITE (host:port), COMPANY, PUBLIC_KEY, PRIVATE_KEY, CLIENT_ID, ENTRY_POINT,
// AGREEMENT and PRODUCT (ids).
const { ManageAPI } = require('connectwise-rest');

const env = process.env;
const quiet = () => {};
const connect = (privateKey) => new ManageAPI({
  companyId: env.COMPANY, companyUrl: env.SITE, publicKey: env.PUBLIC_KEY, privateKey,
  clientId: env.CLIENT_ID, entryPoint: env.ENTRY_POINT, logger: quiet,
});

async function refused(promise) {
  try {
    await promise;
  } catch (e) {
    return { status: e.status, data: e.data };
  }
  return { status: 200 };
}

async function main() {
  const cw = connect(env.PRIVATE_KEY);
  const { FinanceAPI: finance, ProcurementAPI: procurement, CompanyAPI: company, SystemAPI: system } = cw;
  const agreement = Number(env.AGREEMENT);
  const seen = {};

  const ids = (list) => list.map((r) => r.id);
  seen.agreements = ids(await cw.paginate(finance.getFinanceAgreements, { pageSize: 7 }, { orderBy: 'id asc' }));
  seen.filtered = ids(await cw.paginate(finance.getFinanceAgreements, { pageSize: 5 },
    { conditions: 'prorateFlag = true and cancelledFlag = false' }));
  seen.count = (await finance.getFinanceAgreementsCount({})).count;
  seen.version = (await system.getSystemInfo()).version;
  seen.companies = ids(await company.getCompanyCompanies({ conditions: "name like 'Customer 1*'", pageSize: 1000 }));
  seen.product = (await procurement.getProcurementCatalogById(Number(env.PRODUCT), {})).identifier;

  seen.before = ids(await finance.getFinanceAgreementsByParentIdAdditions(agreement, {}));
  seen.created = await finance.postFinanceAgreementsByParentIdAdditions(agreement, {
    product: { id: Number(env.PRODUCT) }, billCustomer: 'Billable', quantity: 2.5,
  });
  const id = seen.created.id;
  seen.updated = await finance.patchFinanceAgreementsByParentIdAdditionsById(id, agreement,
    [{ op: 'replace', path: 'quantity', value: 4 }]);
  seen.read = await finance.getFinanceAgreementsByParentIdAdditionsById(id, agreement, {});
  seen.after = ids(await finance.getFinanceAgreementsByParentIdAdditions(agreement, {}));
  seen.invalid = await refused(finance.postFinanceAgreementsByParentIdAdditions(agreement, { quantity: 1 }));
  await finance.deleteFinanceAgreementsByParentIdAdditionsById(id, agreement);
  seen.gone = await refused(finance.getFinanceAgreementsByParentIdAdditionsById(id, agreement, {}));
  seen.badKeys = await refused(connect('wrong').SystemAPI.getSystemInfo());
  console.log(JSON.stringify(seen));
}

main().catch((e) => {
  console.error(e);
  process.exit(1);
});
