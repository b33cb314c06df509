package cwsim

import "github.com/shopspring/decimal"

// demoProducts is the catalog of the demo: identifier, description, subcategory,
// unit, price and cost per unit and month.
func demoProducts() []ProductSpec {
	var out []ProductSpec
	for _, row := range append(demoLicences(), demoServices()...) {
		p := ProductSpec{
			Identifier: row[0], Description: row[1], Subcategory: row[2], Unit: row[3],
			Price: decimal.RequireFromString(row[4]), Cost: decimal.RequireFromString(row[5]),
		}
		switch row[2] {
		case "Server", "Network":
			p.Class, p.Type, p.Taxable = "Inventory", "Hardware", true
		case "Project":
			p.Class = "Service"
		}
		out = append(out, p)
	}
	return append(out,
		ProductSpec{Identifier: "BNDL-CLOUD", Description: "Cloud workplace bundle", Class: "Bundle", Subcategory: "Office",
			Price: decimal.RequireFromString("45"), Cost: decimal.RequireFromString("30")},
		ProductSpec{Identifier: "PPE-BEG", Description: "Proofpoint Essentials Beginner (retired)", Unit: "User", Inactive: true,
			Price: decimal.RequireFromString("2.2"), Cost: decimal.RequireFromString("1.1")},
	)
}

// demoLicences is what is counted by user.
func demoLicences() [][6]string {
	return [][6]string{
		{"PPE-BUS", "Proofpoint Essentials Business", "Email", "User", "4.50", "2.10"},
		{"PPE-BUSP", "Proofpoint Essentials Business+", "Email", "User", "6.00", "3.05"},
		{"PPE-ADV", "Proofpoint Essentials Advanced", "Email", "User", "7.25", "3.60"},
		{"PPE-ADVP", "Proofpoint Essentials Advanced+", "Email", "User", "8.40", "4.15"},
		{"PPE-PRO", "Proofpoint Essentials Professional", "Email", "User", "9.95", "5.20"},
		{"PPE-ARC", "Proofpoint Essentials Email Archive", "Email", "User", "3.75", "1.55"},
		{"PPE-SAT", "Proofpoint Security Awareness", "Security", "User", "2.95", "1.20"},
		{"M365-BB", "Microsoft 365 Business Basic", "Office", "User", "7.20", "5.04"},
		{"M365-BS", "Microsoft 365 Business Standard", "Office", "User", "15.00", "10.50"},
		{"M365-BP", "Microsoft 365 Business Premium", "Office", "User", "26.40", "18.48"},
		{"M365-BP-Y", "Microsoft 365 Business Premium, yearly", "Office", "User", "264.00", "221.76"},
		{"M365-AFB", "Microsoft 365 Apps for business", "Office", "User", "9.90", "6.93"},
		{"M365-E3", "Microsoft 365 E3", "Office", "User", "43.20", "34.20"},
		{"M365-E5", "Microsoft 365 E5", "Office", "User", "68.40", "54.15"},
		{"M365-F3", "Microsoft 365 F3", "Office", "User", "9.60", "7.60"},
		{"EXO-P1", "Exchange Online Plan 1", "Email", "User", "4.80", "3.36"},
		{"EXO-P2", "Exchange Online Plan 2", "Email", "User", "9.60", "6.72"},
		{"EXO-ARC", "Exchange Online Archiving", "Email", "User", "3.60", "2.52"},
		{"TEAMS-PH", "Microsoft Teams Phone Standard", "Office", "User", "12.00", "8.00"},
		{"ENTRA-P1", "Microsoft Entra ID P1", "Security", "User", "7.20", "5.04"},
		{"ENTRA-P2", "Microsoft Entra ID P2", "Security", "User", "10.80", "7.56"},
		{"INTUNE-P1", "Microsoft Intune Plan 1", "Security", "User", "9.60", "6.72"},
		{"VISIO-P2", "Visio Plan 2", "Office", "User", "18.00", "12.60"},
		{"PROJ-P3", "Project Plan 3", "Office", "User", "36.00", "25.20"},
		{"PBI-PRO", "Power BI Pro", "Office", "User", "16.80", "11.20"},
		{"COPILOT", "Microsoft 365 Copilot", "Office", "User", "36.00", "30.00"},
	}
}

// demoServices is what is counted by device, by volume or by hour, and hardware.
func demoServices() [][6]string {
	return [][6]string{
		{"BKP-M365", "Backup for Microsoft 365", "Cloud Backup", "User", "3.50", "1.40"},
		{"BKP-SRV", "Server backup", "Cloud Backup", "Device", "55.00", "24.00"},
		{"BKP-WS", "Workstation backup", "Cloud Backup", "Device", "9.00", "3.75"},
		{"BKP-VM", "Virtual machine backup", "Cloud Backup", "Device", "28.00", "12.50"},
		{"BKP-GB", "Cloud backup storage", "Cloud Backup", "GB", "0.125", "0.0475"},
		{"BKP-ARC-GB", "Cloud archive storage", "Cloud Backup", "GB", "0.02", "0.0085"},
		{"BKP-DR", "Disaster recovery server", "Cloud Backup", "Device", "149.00", "82.00"},
		{"BKP-NAS", "Local backup appliance", "Local Backup", "Device", "85.00", "41.00"},
		{"EDR-EP", "Endpoint detection and response", "Security", "Device", "6.50", "2.80"},
		{"EDR-SRV", "Endpoint detection and response, server", "Security", "Device", "11.00", "5.10"},
		{"MDR-EP", "Managed detection and response", "Security", "Device", "12.50", "7.00"},
		{"SIEM-EP", "Log management", "Security", "Device", "5.75", "2.95"},
		{"DNS-USR", "DNS filtering", "Security", "User", "2.10", "0.85"},
		{"PWM-USR", "Password manager", "Security", "User", "4.00", "1.90"},
		{"MFA-USR", "Multi-factor authentication", "Security", "User", "3.60", "1.50"},
		{"VULN-DEV", "Vulnerability scanning", "Security", "Device", "2.40", "0.95"},
		{"VPN-USR", "Remote access VPN", "Security", "User", "5.00", "2.25"},
		{"SUP-USR", "Managed user support", "Support", "User", "65.00", "31.00"},
		{"SUP-SRV", "Managed server", "Support", "Device", "145.00", "60.00"},
		{"SUP-WS", "Managed workstation", "Support", "Device", "42.00", "19.00"},
		{"SUP-NET", "Managed network device", "Support", "Device", "35.00", "14.00"},
		{"RMM-DEV", "Remote monitoring agent", "Support", "Device", "4.25", "1.75"},
		{"VOIP-LINE", "Business phone line", "Support", "Each", "18.00", "7.40"},
		{"BUS-LINE", "Business internet line", "Network", "Each", "120.00", "88.00"},
		{"MIG-MBX", "Mailbox migration, one-off", "Project", "Each", "35.00", "12.00"},
		{"ONB-USR", "User onboarding, one-off", "Project", "Each", "95.00", "40.00"},
		{"PRJ-HR", "Project engineer", "Project", "Hour", "165.00", "70.00"},
		{"HW-FW-S", "Firewall, small office", "Network", "Each", "780.00", "545.00"},
		{"HW-FW-M", "Firewall, medium office", "Network", "Each", "1890.00", "1340.00"},
		{"HW-AP", "Wireless access point", "Network", "Each", "215.00", "149.00"},
		{"HW-SW24", "Switch, 24 ports", "Network", "Each", "640.00", "455.00"},
		{"HW-SRV1", "Server, entry", "Server", "Each", "3450.00", "2780.00"},
	}
}
